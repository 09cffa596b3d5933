// Reloads a page of the preview when a build has written it anew, and shows what the last build said.
(() => {
  "use strict";
  const styles = document.createElement("link");
  styles.rel = "stylesheet";
  styles.href = "/_preview/preview.css";
  document.head.append(styles);

  const panel = document.createElement("details");
  panel.id = "thesis-preview";
  panel.setAttribute("role", "status");
  document.body.append(panel);

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const place = (one) => [one.path, one.cell ? `cell ${one.cell}` : "", one.line || ""].filter(Boolean).join(":");

  const show = (state) => {
    const wrong = state.diagnostics.filter((one) => one.severity === "error").length;
    const doubts = state.diagnostics.length - wrong;
    const summary = document.createElement("summary");
    if (state.phase === "building") summary.append(element("span", "building …"));
    else {
      if (state.phase === "stopped") summary.append(element("span", "the build stopped: ", "wrong"));
      if (wrong) summary.append(element("span", counted(wrong, "error"), "wrong"));
      if (wrong && doubts) summary.append(", ");
      if (doubts) summary.append(element("span", counted(doubts, "warning"), "doubt"));
      if (!wrong && !doubts) summary.append(element("span", `built in ${state.seconds.toFixed(1)} s`, "good"));
    }
    const other = element("a", location.pathname === "/_preview/paper" ? "site" : "PDF");
    other.href = location.pathname === "/_preview/paper" ? "/" : "/_preview/paper";
    summary.append(other);
    const list = document.createElement("ol");
    for (const one of state.diagnostics) {
      const row = document.createElement("li");
      row.append(element("code", place(one)), " ", element("span", one.message, one.severity === "error" ? "wrong" : "doubt"), ` [${one.rule}]`);
      if (one.hint) row.append(element("small", one.hint));
      list.append(row);
    }
    const stopped = state.phase !== "building" && wrong > 0;
    panel.open = stopped || (panel.open && state.diagnostics.length > 0);
    panel.setAttribute("role", stopped ? "alert" : "status");
    panel.replaceChildren(summary, ...(state.diagnostics.length ? [list] : []));
  };

  const here = () => {
    const path = decodeURIComponent(location.pathname);
    return path.endsWith("/") ? `${path}index.html` : path;
  };
  let seen = null;
  const events = new EventSource("/_preview/events");
  events.onmessage = (event) => {
    const state = JSON.parse(event.data);
    show(state);
    const first = seen === null;
    const fresh = !first && state.build > seen;
    const more = !first && state.build > seen + 1;
    if (first || fresh) seen = state.build;
    if (!fresh) return;
    dispatchEvent(new CustomEvent("thesis-built", { detail: state }));
    if (location.pathname.startsWith("/_preview/")) return;
    const stale = (name) => name === here() || (name.startsWith("/_static/") && /\.(css|js)$/.test(name));
    if (more || state.changed.some(stale)) location.reload();
  };
})();
