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
    const [text, sections, pieces] = texts[page] || ["", [], []];
    const section = [...sections, ...(pieces || [])].find(([id]) => "#" + id === anchor);
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
    const piece = (texts[page] || ["", [], []])[2]?.some(([id]) => "#" + id === anchor);
    const summary = description || piece ? null : excerpt(textOf(page, anchor), words.size ? words : terms);
    if (summary) item.appendChild(summary);
    highlight(item, words);
    Search.output.appendChild(item);
  };

  // Ranking: Sphinx scores titles and words; we add how often the words stand on a page, and whether they stand together.

  const countOf = (text, word) => Math.min(text.split(word).length - 1, 10);

  const bonusOf = (text, phrase, words) =>
    (phrase.includes(" ") && text.includes(phrase) ? 20 : 0) + words.reduce((sum, word) => sum + countOf(text, word), 0) / (2 * Math.max(words.length, 1));

  const most = 12;

  const ranked = (results, query, words) => {
    const phrase = query.trim().toLowerCase();
    const all = [...words].map((word) => word.toLowerCase()).filter(Boolean);
    results.forEach((result) => (result[4] += bonusOf(textOf(result[0], result[2]).toLowerCase(), phrase, all)));
    const named = [];
    for (const page of all.length ? Object.keys(texts) : [])
      for (const [id, start, end] of texts[page][2] || []) {
        const said = texts[page][0].slice(start, end).trim();
        const lower = said.toLowerCase();
        if (!all.every((word) => lower.includes(word))) continue;
        const title = document.createElement("span");
        title.textContent = said.length > 140 ? said.slice(0, said.lastIndexOf(" ", 140)) + " …" : said;
        named.push([page, title.innerHTML, "#" + id, null, 6 + bonusOf(lower, phrase, all), page]);
      }
    named.sort((one, other) => other[4] - one[4]);
    const order = (one, other) => one[4] - other[4];
    return [...results, ...named.slice(0, most)].map((one, place) => [one, place]).sort(([one, a], [other, b]) => order(one, other) || a - b).map(([one]) => one);
  };

  if (typeof Search === "undefined") return;
  Search.query = (query) => {
    const [asked, terms, excluded, words, objects] = Search._parseQuery(query);
    const results = Search._performSearch(asked, terms, excluded, words, objects);
    const finish = () => {
      const found = ranked(results, query, words.size ? words : terms);
      found.reverse().forEach((result) => show(result, terms, words));
      _finishSearch(results.length || found.length);
    };
    if (texts) finish();
    else {
      waiting.push(finish);
      load();
    }
  };
})();
