// Shows the PDF page by page; pages that a build has changed are drawn again in their places, so that the reader keeps hers.
(() => {
  "use strict";
  const pages = document.getElementById("pages");
  const place = document.getElementById("place");
  const kept = Number(localStorage.getItem("thesis-preview-width"));
  let width = kept >= 200 ? kept : Math.min(900, document.documentElement.clientWidth - 32);

  const address = (number, mark) => `/_preview/pages/${number}.png?width=${Math.round(width * devicePixelRatio)}&mark=${mark}`;
  const fit = (image) => {
    image.width = Math.round(width);
    image.height = Math.round((width * image.dataset.height) / image.dataset.width);
  };
  const load = async () => {
    const answer = await fetch("/_preview/pages.json", { cache: "no-store" });
    const found = (await answer.json()).pages;
    found.forEach((page, index) => {
      let image = pages.children[index];
      if (!image) {
        image = document.createElement("img");
        image.loading = "lazy";
        image.alt = `Page ${index + 1}`;
        image.id = `page-${index + 1}`;
        pages.append(image);
      }
      Object.assign(image.dataset, { width: page.width, height: page.height });
      fit(image);
      if (image.dataset.mark !== page.mark) {
        image.dataset.mark = page.mark;
        image.src = address(index + 1, page.mark);
      }
    });
    while (pages.children.length > found.length) pages.lastElementChild.remove();
    tell();
  };
  const current = () => [...pages.children].findIndex((image) => image.getBoundingClientRect().bottom > 80);
  const tell = () => {
    place.textContent = pages.children.length ? `${current() + 1} of ${pages.children.length}` : "no PDF yet";
  };
  const zoom = (factor) => {
    const image = pages.children[current()];
    const share = image ? (80 - image.getBoundingClientRect().top) / image.height : 0;
    width = Math.min(2000, Math.max(200, width * factor));
    localStorage.setItem("thesis-preview-width", width);
    [...pages.children].forEach((one, index) => {
      fit(one);
      one.src = address(index + 1, one.dataset.mark);
    });
    if (image) scrollBy(0, image.getBoundingClientRect().top - 80 + share * image.height);
  };
  document.getElementById("smaller").addEventListener("click", () => zoom(1 / 1.2));
  document.getElementById("larger").addEventListener("click", () => zoom(1.2));
  addEventListener("scroll", tell, { passive: true });
  addEventListener("thesis-built", (event) => event.detail.changed.includes("/thesis.pdf") && load());
  load();
})();
