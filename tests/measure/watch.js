// Runs before the page's own scripts and notes when what a person waits for is there.
(() => {
  const seen = (window.__seen = { form: null, text: null, pressed: null, changed: 0 });
  const wanted = "__WORDS__";
  const visible = (element) => element.getClientRects().length > 0;
  const note = () => {
    if (seen.form === null && [...document.querySelectorAll("input, textarea, button")].some(visible)) {
      seen.form = performance.now();
      seen.fill?.();
    }
    if (seen.text === null && wanted && document.body?.innerText.includes(wanted)) seen.text = performance.now();
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
  new MutationObserver(() => (seen.changed = performance.now())).observe(document, { childList: true, subtree: true, characterData: true });
  // Everything is typed and pressed in the moment the fields are there, or after the time that typing takes.
  const fill = () => {
    const [month, day, year] = ["bday-month", "bday-day", "bday-year"].map((name) => document.querySelector(`[autocomplete=${name}]`));
    if (!month) return;
    [month.value, day.value, year.value] = ["4", "12", "1980"];
    seen.pressed = performance.now();
    month.form.requestSubmit();
  };
  // As soon as the whole form has been read, so that its button is there too.
  seen.fill = () => {
    const typed = performance.now() - seen.form >= __TYPING__;
    if (typed && document.readyState !== "loading" && document.documentElement.classList.contains("booted")) fill();
    else setTimeout(seen.fill, 5);
  };
})();
