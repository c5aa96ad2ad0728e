// Brings what is new on this page without loading it again: takes the part marked `live` from a fresh copy of the page.
const part = () => document.querySelector("#live");
let last = part().innerHTML;
async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store", headers: { accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#live");
      if (fresh && fresh.innerHTML !== last) {
        last = fresh.innerHTML;
        part().replaceChildren(...fresh.childNodes);
      }
    } catch {
      // The demo was stopped or is starting: the next look will tell.
    }
  }
  setTimeout(look, 1500);
}
setTimeout(look, 1500);
