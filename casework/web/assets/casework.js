// Comforts only: every page works without this file.
import {
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  SkipLink,
  createAll,
} from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]) {
  createAll(component);
}

// A list of soums shows those of the chosen aimag only.
for (const soums of document.querySelectorAll("select[data-follows]")) {
  const aimag = document.getElementById(soums.dataset.follows);
  const groups = [...soums.querySelectorAll("optgroup")];
  const narrow = () => {
    for (const group of groups) {
      const fits = !aimag.value || group.dataset.group === aimag.value;
      group.hidden = group.disabled = !fits;
      if (!fits && group.querySelector("option:checked")) soums.value = "";
    }
  };
  if (aimag) {
    aimag.addEventListener("change", narrow);
    narrow();
  }
}

// An open menu closes when one clicks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".masthead__user[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// What is ticked stays in this tab until the page was saved: a lost network loses no tick. Only the
// names and values of the fields are kept, which are ids and codes.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = `keep-${form.dataset.keep}`;
  const boxes = () => [...form.querySelectorAll("input[type=radio], input[type=checkbox]")];
  const kept = new Set(JSON.parse(sessionStorage.getItem(key) || "[]"));
  for (const box of boxes()) if (kept.has(box.id)) box.checked = true;
  form.addEventListener("change", () => {
    const ticked = boxes().filter((box) => box.checked && !box.defaultChecked);
    sessionStorage.setItem(key, JSON.stringify(ticked.map((box) => box.id)));
  });
}

// A page that shows how far something is looks again every few seconds; without script there is a
// link. A reload by the page's own head would ask everybody to keep up with it.
if (document.querySelector("[data-look-again]")) setTimeout(() => location.reload(), 3000);
