// Excerpts for Sphinx's search, from a script instead of a request: a browser lets no page on disk fetch another.
"use strict";
(() => {
  let texts = null;
  let waiting = [];

  window.thesisTexts = (given) => {
    texts = given;
    waiting.forEach((show) => show());
    waiting = [];
  };

  const root = document.documentElement.dataset.content_root || "./";

  const load = () => {
    if (document.getElementById("thesis-texts")) return;
    const script = document.createElement("script");
    script.id = "thesis-texts";
    script.src = root + "searchtext.js";
    script.onerror = () => window.thesisTexts({});
    document.head.appendChild(script);
  };

  const textOf = (page, anchor) => {
    const [text, sections] = texts[page] || ["", []];
    const section = sections.find(([id]) => "#" + id === anchor);
    return section ? text.slice(section[1], section[2]) : text;
  };

  const excerpt = (text, words) => {
    const lower = text.toLowerCase();
    const places = [...words].map((word) => lower.indexOf(word.toLowerCase())).filter((place) => place >= 0);
    if (!text) return null;
    let start = Math.max((places.length ? Math.min(...places) : 0) - 120, 0);
    if (start > 0) start = text.indexOf(" ", start) + 1;
    let end = Math.min(start + 280, text.length);
    if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), start + 1);
    const summary = document.createElement("p");
    summary.classList.add("context");
    summary.textContent = (start > 0 ? "… " : "") + text.slice(start, end) + (end < text.length ? " …" : "");
    return summary;
  };

  const highlight = (item, words) => {
    if (typeof SPHINX_HIGHLIGHT_ENABLED !== "undefined" && SPHINX_HIGHLIGHT_ENABLED)
      words.forEach((word) => _highlightText(item, word, "highlighted"));
  };

  const linkOf = ([page, , anchor]) => {
    const options = DOCUMENTATION_OPTIONS;
    if (options.BUILDER !== "dirhtml") return root + page + options.LINK_SUFFIX + anchor;
    return root + (page === "index" ? "" : page.replace(/(^|\/)index$/, "$1").replace(/([^/])$/, "$1/")) + anchor;
  };

  const show = (result, terms, words) => {
    const [page, title, anchor, description, score] = result;
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement("a"));
    link.href = linkOf(result);
    link.dataset.score = score;
    link.innerHTML = title;
    if (description) item.appendChild(document.createElement("span")).innerHTML = " (" + description + ")";
    const summary = description ? null : excerpt(textOf(page, anchor), words.size ? words : terms);
    if (summary) item.appendChild(summary);
    highlight(item, words);
    Search.output.appendChild(item);
  };

  if (typeof Search === "undefined") return;
  Search.query = (query) => {
    const [asked, terms, excluded, words, objects] = Search._parseQuery(query);
    const results = Search._performSearch(asked, terms, excluded, words, objects);
    const finish = () => {
      results.reverse().forEach((result) => show(result, terms, words));
      _finishSearch(results.length);
    };
    if (texts) finish();
    else {
      waiting.push(finish);
      load();
    }
  };
})();
