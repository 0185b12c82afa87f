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
