// Searching all that stands on the pages, from one script with their texts: a browser lets no page on disk fetch another.
// Words are compared without marks and by their stems; what is written without spaces is looked for letter by letter.
"use strict";
(() => {
  let texts = null;
  let waiting = [];
  let known = null;

  window.thesisTexts = (given) => {
    texts = given;
    waiting.forEach((then) => then());
    waiting = [];
  };

  const root = document.documentElement.dataset.content_root || "./";

  const load = (then) => {
    if (texts) return then();
    waiting.push(then);
    if (document.getElementById("thesis-texts")) return;
    const script = document.createElement("script");
    script.id = "thesis-texts";
    script.src = root + "searchtext.js";
    script.onerror = () => window.thesisTexts({});
    document.head.appendChild(script);
  };

  // Words

  const WORD = /[\p{L}\p{M}\p{N}]+(?:[.,](?=\p{N})\p{N}+)*/gu;
  const RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
  const SPACELESS = new RegExp(RUN.source + "+", "gu");

  const folded = (word) => word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const stemmer = typeof Stemmer === "undefined" ? null : new Stemmer();
  const stems = new Map();
  const stemOf = (word) => {
    if (!stems.has(word)) stems.set(word, stemmer && /^\p{L}+$/u.test(word) ? stemmer.stemWord(word) : word);
    return stems.get(word);
  };

  const wordsOf = (text) => {
    const found = [];
    for (const match of text.matchAll(WORD)) {
      if (!RUN.test(match[0])) {
        found.push({ word: folded(match[0]), start: match.index, end: match.index + match[0].length });
        continue;
      }
      let place = match.index;
      for (const letter of match[0]) {
        found.push({ word: folded(letter), start: place, end: place + letter.length });
        place += letter.length;
      }
    }
    return found;
  };

  // Parts: each section without those below it; each caption, entry, term and named row once more by itself

  const prepare = () => {
    if (known) return known;
    const units = [];
    const places = new Map(); // word -> unit -> places
    for (const page of Object.keys(texts)) {
      const [text, sections, pieces] = texts[page];
      const first = units.length;
      const unit = (id, start, end, head, own) => units.push({ page, id, start, end, head, own, words: [] });
      if (!sections.length || sections[0][1] > 0) unit("", 0, text.length, 0, false);
      sections.forEach(([id, start, end, head], number) => unit(id, start, end, head, number === 0 && start === 0 ? null : false));
      (pieces || []).forEach(([id, start, end, head]) => unit(id, start, end, head, true));
      const here = units.slice(first);
      for (const said of wordsOf(text)) {
        let inner = null;
        for (const one of here) {
          if (said.start < one.start || said.start >= one.end) continue;
          if (one.own === true) one.words.push(said);
          else if (!inner || one.end - one.start <= inner.end - inner.start) inner = one;
        }
        if (inner) inner.words.push(said);
      }
    }
    units.forEach((one, number) =>
      one.words.forEach((said, place) => {
        if (!places.has(said.word)) places.set(said.word, new Map());
        const inside = places.get(said.word);
        if (!inside.has(number)) inside.set(number, []);
        inside.get(number).push(place);
      })
    );
    const mean = units.reduce((sum, one) => sum + one.words.length, 0) / Math.max(units.length, 1);
    known = { units, places, mean };
    return known;
  };

  // What is asked: words, "words together", -words to leave out

  const asked = (query) => {
    const wanted = [];
    const unwanted = [];
    const phrases = [];
    for (const match of query.matchAll(/(-?)(?:["“„«]([^"”“»]*)["”“»]|(\S+))/gu)) {
      const words = wordsOf(match[2] || match[3] || "").map((one) => one.word);
      if (!words.length) continue;
      if (match[1] && !/^\d/.test(words[0])) unwanted.push(...words);
      else {
        if (words.length > 1) phrases.push({ words, must: match[2] !== undefined || RUN.test(words.join("")) });
        wanted.push(...words);
      }
    }
    const unique = [...new Set(wanted)];
    const silent = typeof stopwords === "undefined" ? [] : stopwords;
    const telling = unique.filter((word) => !silent.includes(word));
    if (wanted.length > 1 && phrases.length !== 1) phrases.push({ words: wanted, must: false });
    return { words: telling.length ? telling : unique, unwanted, phrases };
  };

  const EXACT = 1;
  const STEM = 0.6;
  const BEGINNING = 0.4;

  const likeness = (word, said) => {
    if (said === word) return EXACT;
    if (stemOf(said) === stemOf(word)) return STEM;
    return word.length > 2 && said.startsWith(word) ? BEGINNING : 0;
  };

  const together = (unit, words, at) => words.every((word, step) => unit.words[at + step] && likeness(word, unit.words[at + step].word) >= STEM);

  // A term, a title or a caption that is what was asked for, or begins with it
  const opening = (unit, said) => {
    if (!said.length || !together(unit, said, 0) || unit.words[said.length - 1].end > unit.head) return 1;
    return !unit.words[said.length] || unit.words[said.length].end > unit.head ? 4 : unit.own === true ? 2.4 : 1.8;
  };

  const search = (query) => {
    const { units, places, mean } = prepare();
    const { words, unwanted, phrases } = asked(query);
    const named = wordsOf(query).map((one) => one.word);
    const scores = new Map(); // unit -> { score, hits, met }
    words.forEach((word) => {
      const inside = new Map();
      places.forEach((found, said) => {
        const like = likeness(word, said);
        if (like)
          found.forEach((list, number) => {
            if (!inside.has(number)) inside.set(number, { like: 0, list: [] });
            inside.get(number).like = Math.max(like, inside.get(number).like);
            inside.get(number).list.push(...list);
          });
      });
      const rare = Math.log(1 + (units.length - inside.size + 0.5) / (inside.size + 0.5));
      inside.forEach(({ like, list }, number) => {
        const unit = units[number];
        if (!scores.has(number)) scores.set(number, { score: 0, hits: [], met: 0 });
        const one = scores.get(number);
        const length = 0.6 + 0.4 * (unit.words.length / mean);
        one.score += (rare * like * list.length * 2.2) / (list.length + 1.2 * length);
        const said = Math.max(0, ...list.filter((place) => unit.words[place].end <= unit.head).map((place) => likeness(word, unit.words[place].word)));
        if (unit.own !== true) one.score += rare * said * (unit.own === null ? 2 : 1.5);
        one.met += 1;
        one.hits.push(...list);
      });
    });
    const found = [];
    scores.forEach((one, number) => {
      const unit = units[number];
      const has = (word) => unit.words.some((said) => said.word === word);
      if (unwanted.some(has)) return;
      const stands = phrases.map(({ words: said }) => unit.words.reduce((sum, _, at) => sum + (together(unit, said, at) ? 1 : 0), 0));
      if (phrases.some((phrase, place) => phrase.must && !stands[place])) return;
      if (one.met < words.length && (unit.own === true || words.length < 3 || one.met < words.length - 1)) return;
      const whole = stands.reduce((sum, count) => sum + Math.min(count, 3), 0);
      const score = one.score * (one.met / words.length) ** 2 * (1 + 0.35 * whole) * opening(unit, named) * (unit.page.startsWith("edition/") && unit.own !== true ? 0.5 : 1);
      found.push({ unit, score, hits: [...new Set(one.hits)].sort((a, b) => a - b) });
    });
    return chosen(found.length ? found : scattered(scores, units, words), words.length);
  };

  // Where no part has all of the words, pages that have them in several parts

  const scattered = (scores, units, words) => {
    const pages = new Map();
    scores.forEach((one, number) => {
      if (units[number].own === true) return;
      const page = units[number].page;
      const before = pages.get(page);
      if (!before || one.met > before.met || (one.met === before.met && one.score > before.score)) pages.set(page, { ...one, unit: units[number] });
    });
    return [...pages.values()].filter((one) => 2 * one.met >= words.length).map((one) => ({ unit: one.unit, score: one.score, hits: one.hits.sort((a, b) => a - b) }));
  };

  const ofPage = 3;
  const most = 60;

  const chosen = (found) => {
    const counted = {};
    const seen = new Set();
    return found
      .sort((one, other) => other.score - one.score)
      .filter(({ unit }) => {
        const key = unit.page + "#" + (unit.own === null ? "" : unit.id);
        if (seen.has(key)) return false;
        seen.add(key);
        const kind = unit.page + (unit.own === true ? "*" : "");
        counted[kind] = (counted[kind] || 0) + 1;
        return counted[kind] <= (unit.own === true ? 2 * ofPage : ofPage);
      })
      .slice(0, most);
  };

  // Showing

  const marked = (element, text, start, end, unit, hits) => {
    let place = start;
    for (const hit of hits) {
      const said = unit.words[hit];
      if (said.start < place || said.end > end) continue;
      element.append(text.slice(place, said.start));
      const mark = element.appendChild(document.createElement("span"));
      mark.className = "highlighted";
      mark.textContent = text.slice(said.start, said.end);
      place = said.end;
    }
    element.append(text.slice(place, end));
  };

  const WINDOW = 240;

  const excerpt = (text, unit, hits) => {
    const shown = hits.filter((hit) => unit.words[hit].start >= unit.head);
    const from = Math.max(unit.head, unit.start);
    let best = from;
    let most = 0;
    for (const hit of shown) {
      const at = unit.words[hit].start;
      const inside = new Set(shown.filter((one) => unit.words[one].start >= at && unit.words[one].end <= at + WINDOW).map((one) => stemOf(unit.words[one].word)));
      if (inside.size > most) [best, most] = [at, inside.size];
    }
    let start = Math.max(best - 60, from);
    if (start > from) start = text.indexOf(" ", start) + 1 || start;
    let end = Math.min(start + WINDOW + 60, unit.end);
    if (end < unit.end) end = Math.max(text.lastIndexOf(" ", end), Math.min(best + 40, unit.end));
    if (!text.slice(start, end).trim()) return null;
    const summary = document.createElement("p");
    summary.classList.add("context");
    if (start > from) summary.append("… ");
    marked(summary, text, start, end, unit, hits);
    if (end < unit.end) summary.append(" …");
    return summary;
  };

  const addressOf = (page, id) => {
    const options = DOCUMENTATION_OPTIONS;
    const anchor = id ? "#" + id : "";
    if (options.BUILDER !== "dirhtml") return root + page + options.LINK_SUFFIX + anchor;
    return root + (page === "index" ? "" : page.replace(/(^|\/)index$/, "$1").replace(/([^/])$/, "$1/")) + anchor;
  };

  const titleOf = (page) => {
    const [text, sections] = texts[page];
    return sections.length ? text.slice(sections[0][1], sections[0][3]).trim() || page : page;
  };

  const trimmed = (text, start, end) => end - (text.slice(start, end).length - text.slice(start, end).trimEnd().length);

  const show = ({ unit, score, hits }) => {
    const text = texts[unit.page][0];
    const head = trimmed(text, unit.start, unit.head);
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement("a"));
    link.href = addressOf(unit.page, unit.own === null ? "" : unit.id);
    link.dataset.score = score.toFixed(2);
    const end = Math.min(head, unit.start + 180);
    const whole = head <= end ? head : text.lastIndexOf(" ", end);
    if (head > unit.start) marked(link, text, unit.start, whole, unit, hits);
    else link.textContent = titleOf(unit.page);
    if (whole < head) link.append(" …");
    if (unit.own !== null && head > unit.start) {
      const page = item.appendChild(document.createElement("span"));
      page.className = "thesis-found-in";
      page.textContent = titleOf(unit.page);
    }
    const summary = unit.head < unit.end ? excerpt(text, unit, hits) : null;
    if (summary) item.append(summary);
    return item;
  };

  if (typeof Search === "undefined") return;

  // What stands in no text: entries of an index, objects of an API
  const elsewhere = (query, found) => {
    const { words } = asked(query);
    const index = Search._index || { indexentries: {}, objects: {} };
    const there = new Set(found.map(({ unit }) => unit.page));
    const entries = Object.entries(index.indexentries || {}).flatMap(([entry, places]) => {
      const said = wordsOf(entry).map((one) => one.word);
      const all = words.length && words.every((word) => said.some((one) => likeness(word, one)));
      return all ? places.filter(([file, id]) => id && !id.startsWith("term-") && !there.has(index.docnames[file])).map(([file, id]) => [entry, index.docnames[file], id]) : [];
    });
    const objects = Object.keys(index.objects || {}).length ? Search.performObjectSearch(query.toLowerCase().trim(), new Set([query.toLowerCase().trim()])).map(([page, name, anchor]) => [name, page, anchor.slice(1)]) : [];
    return [...objects, ...entries].filter(([, page]) => texts[page]).map(([words_, page, id]) => {
      const item = document.createElement("li");
      const link = item.appendChild(document.createElement("a"));
      link.href = addressOf(page, id);
      link.textContent = words_;
      const where = item.appendChild(document.createElement("span"));
      where.className = "thesis-found-in";
      where.textContent = titleOf(page);
      return item;
    });
  };

  Search.query = (query) =>
    load(() => {
      Search._parseQuery(query); // keeps the words, which Sphinx marks on the page that is opened
      const found = search(query);
      const more = elsewhere(query, found);
      Search.output.replaceChildren(...found.map(show), ...more);
      _finishSearch(new Set([...Search.output.querySelectorAll("a")].map((link) => link.href.split("#")[0])).size);
    });

  // Down and up lead from the field through the results and back
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const field = document.querySelector(".bd-search-container input[name=q]");
    const stops = [field, ...document.querySelectorAll("#search-results li > a")].filter(Boolean);
    const here = stops.indexOf(document.activeElement);
    if (here < 0 || stops.length < 2) return;
    event.preventDefault();
    stops[Math.min(Math.max(here + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)].focus();
  });
})();
