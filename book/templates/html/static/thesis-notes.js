// Opens what a citation, a footnote or a computed number stands for, where it stands; without it all of them are links.
"use strict";
(() => {
  const root = document.documentElement.dataset.content_root || "./";
  const waiting = {};
  const known = {};
  let shown = null; // { anchor, box, fixed }
  let closing = 0;
  let opening = 0;

  const load = (name, then) => {
    if (name in known) return then(known[name]);
    (waiting[name] = waiting[name] || []).push(then);
    if (waiting[name].length > 1) return;
    const script = document.createElement("script");
    script.src = root + "edition/" + name + ".js";
    script.onerror = () => window.thesisKnown(name, {});
    document.head.appendChild(script);
  };

  window.thesisKnown = (name, given) => {
    known[name] = given;
    (waiting[name] || []).forEach((then) => then(given));
    delete waiting[name];
  };

  const hide = (back) => {
    clearTimeout(closing);
    if (!shown) return;
    const { anchor, box } = shown;
    shown = null;
    anchor.removeAttribute("aria-describedby");
    if (anchor.hasAttribute("aria-expanded")) anchor.setAttribute("aria-expanded", "false");
    box.remove();
    if (back) anchor.focus();
  };

  const later = () => {
    clearTimeout(closing);
    clearTimeout(opening);
    closing = setTimeout(() => shown && !shown.fixed && hide(false), 250);
  };

  const place = (anchor, box) => {
    const around = anchor.getClientRects()[0] || anchor.getBoundingClientRect();
    const wide = document.documentElement.clientWidth;
    const left = Math.min(Math.max(around.left, 12), Math.max(wide - box.offsetWidth - 12, 12));
    const below = around.bottom + box.offsetHeight + 10 < window.innerHeight || around.top < box.offsetHeight + 10;
    const base = (box.offsetParent || document.documentElement).getBoundingClientRect();
    box.style.left = left - base.left + "px";
    box.style.top = (below ? around.bottom + 6 : around.top - box.offsetHeight - 6) - base.top + "px";
  };

  const show = (anchor, content, fixed) => {
    hide(false);
    const box = document.createElement("div");
    box.id = "thesis-popover";
    box.className = "thesis-popover";
    box.setAttribute("role", fixed ? "dialog" : "tooltip");
    box.append(content);
    document.querySelector("article.bd-article").append(box);
    place(anchor, box);
    shown = { anchor, box, fixed };
    if (!fixed) anchor.setAttribute("aria-describedby", box.id);
    box.addEventListener("mouseenter", () => clearTimeout(closing));
    box.addEventListener("mouseleave", later);
    return box;
  };

  // Citations and footnotes: on hover and on focus

  const entryOf = (link, then) => {
    const anchor = decodeURIComponent(link.hash.slice(1));
    load("entries", (entries) => {
      const said = document.createElement("div");
      if (entries[anchor]) said.innerHTML = entries[anchor];
      else said.textContent = link.dataset.entry || "";
      if (said.textContent) then(said);
    });
  };

  const noteOf = (link, then) => {
    const note = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!note) return;
    const said = note.cloneNode(true);
    said.querySelectorAll(".label, .fn-backref, .backrefs, .headerlink").forEach((one) => one.remove());
    said.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
    const box = document.createElement("div");
    box.append(...said.childNodes);
    then(box);
  };

  const opens = (link, content) => {
    let here = false;
    const open = () => {
      here = true;
      clearTimeout(closing);
      if (shown && (shown.anchor === link || shown.fixed)) return;
      content(link, (said) => here && show(link, said, false));
    };
    const leave = () => {
      here = false;
      later();
    };
    if (link.title) {
      link.dataset.entry = link.title;
      link.removeAttribute("title");
    }
    link.addEventListener("mouseenter", () => {
      clearTimeout(opening);
      opening = setTimeout(open, 120);
    });
    link.addEventListener("mouseleave", leave);
    link.addEventListener("focus", open);
    link.addEventListener("blur", leave);
  };

  // Findings: on click, or with the Enter key

  const linkTo = (address, words) => {
    const link = document.createElement("a");
    link.href = root + address;
    link.textContent = words;
    return link;
  };

  const row = (list, term, ...parts) => {
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.textContent = term;
    dd.append(...parts);
    list.append(dt, dd);
  };

  const joined = (parts, between) => parts.flatMap((part, number) => (number ? [between, part] : [part]));

  const findingOf = (one, words, page) => {
    const said = document.createDocumentFragment();
    const head = document.createElement("p");
    const name = document.createElement("code");
    name.textContent = one.name;
    head.className = "thesis-popover-head";
    head.append(name);
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", words.close);
    close.addEventListener("click", () => hide(true));
    head.append(close);
    const list = document.createElement("dl");
    row(list, words.value, one.printed + (one.exact ? " (" + one.exact + ")" : ""));
    if (one.unit) row(list, words.unit, one.unit);
    const cell = words.cell + " " + one.cell;
    row(list, words.recorded, one.made ? linkTo(one.made, one.title + ", " + cell) : one.title + ", " + cell);
    const uses = one.uses.map((use) => linkTo(use.addresses[0], use.title + (use.addresses.length > 1 ? " (" + use.addresses.length + ")" : "")));
    if (uses.length) row(list, words.used, ...joined(uses, "; "));
    const claims = one.claims.map((claim) => linkTo(claim.address, (claim.verdict === "holds" ? "✓ " : "✗ ") + claim.words));
    if (claims.length) row(list, words.claims, ...joined(claims, "; "));
    const all = document.createElement("p");
    const more = document.createElement("a");
    more.href = page;
    more.textContent = words.findings;
    all.append(more);
    said.append(head, list, all);
    return said;
  };

  const opensFinding = (link) => {
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      if (shown && shown.anchor === link) return hide(true);
      load("findings", (given) => {
        const one = (given.findings || {})[decodeURIComponent(link.hash.slice(1))];
        if (!one) return void (window.location.href = link.href);
        const box = show(link, findingOf(one, given.words, link.href), true);
        box.setAttribute("aria-label", one.name);
        link.setAttribute("aria-expanded", "true");
        box.querySelector("button").focus();
      });
    });
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) hide(shown.fixed);
  });
  // A slash leads to the search, as Ctrl+K does
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const field = document.querySelector(".bd-search-container input[name=q]");
    const button = [...document.querySelectorAll(".search-button__button")].find((one) => one.offsetParent);
    if (!field && !button) return;
    event.preventDefault();
    if (field) field.focus();
    else button.click();
  });
  document.addEventListener("click", (event) => {
    if (shown && shown.fixed && !shown.box.contains(event.target) && !shown.anchor.contains(event.target)) hide(false);
  });
  document.addEventListener("focusin", (event) => {
    if (shown && shown.fixed && !shown.box.contains(event.target) && event.target !== shown.anchor) hide(false);
  });

  const begin = () => {
    document.querySelectorAll(".bd-article .citation a[href*='#ref-'], .bd-article a.bibtex").forEach((link) => opens(link, entryOf));
    document.querySelectorAll(".bd-article a.footnote-reference").forEach((link) => opens(link, noteOf));
    document.querySelectorAll(".bd-article a.finding-link").forEach(opensFinding);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
