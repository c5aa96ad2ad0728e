// Before the app is there: keeps what was typed and pressed, loads the app, says in words when it cannot come.
const page = document.documentElement;
const boot = document.getElementById("boot");
const form = document.getElementById("door-form");
const show = (id) => document.getElementById(id)?.removeAttribute("hidden");

page.classList.add("booted");
addEventListener("hashchange", () => location.reload());
addEventListener("pageshow", (event) => event.persisted && location.reload());
document.getElementById("load-again")?.addEventListener("click", () => location.reload());

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (page.classList.contains("ready")) return;
  // The app reads this when it arrives and goes on by itself.
  form.dataset.pressed = "";
  document.getElementById("door-waiting").firstElementChild.removeAttribute("hidden");
});

if (typeof WebAssembly === "object") {
  // In the mode of the page's hint, or the phone downloads it twice: with `cors`, WebKit never takes the hinted file.
  const module = fetch(boot.dataset.wasm, { mode: "no-cors", credentials: "include" });
  module.catch(() => {}); // it is told below
  import(boot.dataset.js)
    .then((app) => app.default({ module_or_path: module }))
    .catch(() => show("no-load"));
} else {
  show("no-wasm");
}
