// Small comforts on top of pages that work without them: "/" goes to the search, filters stand open where there is room.
const field = document.querySelector("input[data-key='/']") ?? document.querySelector("#find");
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && localStorage.getItem("keys") !== "off") {
    event.preventDefault();
    field?.focus();
    field?.select?.();
  }
});
const wide = matchMedia("(min-width: 60rem)");
const filters = document.querySelector("#filters");
const menu = document.querySelector("details.menu");
const unfold = () => {
  if (filters && wide.matches) filters.open = true;
  if (menu && matchMedia("(min-width: 48rem)").matches) menu.open = true;
};
// Rarer letters are fetched when the page stands; without script they are part of the page.
const letters = document.querySelector("noscript.letters");
if (letters) addEventListener("load", () => document.head.insertAdjacentHTML("beforeend", letters.textContent), { once: true });
wide.addEventListener("change", unfold);
unfold();
