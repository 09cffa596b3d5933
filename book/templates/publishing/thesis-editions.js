// Says on every page of a published edition whether there is a newer one, and leads to all others.
// Reads what `editions.js` at the root of the published place sets; without it, and without scripts, the page's own link stands.
(function () {
  "use strict";
  var notice = document.querySelector(".thesis-edition");
  var told = window.thesisEditions;
  if (!notice || !told || !Array.isArray(told.editions)) return;
  var root = notice.dataset.root;
  var page = notice.dataset.page;
  var here = notice.dataset.edition;

  function address(edition) {
    var pages = edition.pages || [];
    return root + edition.name + "/" + (pages.indexOf(page) < 0 ? "index.html" : page) + location.hash;
  }
  var newest = told.editions.filter(function (one) { return one.name === told.latest; })[0];
  var link = notice.querySelector(".thesis-edition__newest");
  if (newest && newest.name !== here) {
    notice.classList.add("thesis-edition--old");
    var said = document.createElement("strong");
    said.textContent = notice.dataset.newer + " ";
    link.textContent = newest.name;
    link.href = address(newest);
    notice.insertBefore(said, link);
  } else if (newest) {
    link.remove();
  }
  if (told.editions.length > 1) {
    var list = document.createElement("details");
    var head = document.createElement("summary");
    head.textContent = notice.dataset.others;
    list.appendChild(head);
    var items = document.createElement("ul");
    told.editions.forEach(function (one) {
      var item = document.createElement("li");
      var to = document.createElement("a");
      to.textContent = one.name + ", " + one.date;
      to.href = address(one);
      if (one.name === here) to.setAttribute("aria-current", "true");
      item.appendChild(to);
      items.appendChild(item);
    });
    list.appendChild(items);
    notice.appendChild(list);
  }
})();
