// Shows the records behind the number a reader came from; the address after # names the number.
const figures = JSON.parse(document.getElementById("figures").textContent);
const records = [...document.querySelectorAll(".record")];
const showing = document.getElementById("showing");
const all = document.getElementById("all");
const everything = showing.textContent;

function show() {
  const found = figures[decodeURIComponent(location.hash.slice(1))];
  const wanted = found && new Set(found.records);
  records.forEach((record, n) => { record.hidden = Boolean(wanted) && !wanted.has(n); });
  showing.textContent = found ? found.what : everything;
  all.hidden = !found;
  if (found) window.scrollTo(0, 0);
}

addEventListener("hashchange", show);
show();
