"use strict";
(() => {
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const tasks = all("[data-task]");
  const articles = tasks.filter((task) => task.matches("article"));
  const apply = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const word = wanted.task.trim().toLowerCase();
    const has = (list, value) => value === "" || (list ?? "").split("\t").includes(value);
    for (const place of all("[data-severity]")) {
      place.hidden = !has(place.dataset.rule, wanted.rule) || !has(place.dataset.severity, wanted.severity);
    }
    for (const group of all("[data-group]")) {
      group.hidden = all("[data-severity]", group).every((place) => place.hidden);
    }
    for (const task of tasks) {
      task.hidden =
        !task.dataset.task.toLowerCase().includes(word) ||
        !has(task.dataset.owner, wanted.owner) ||
        !has(task.dataset.verdict, wanted.verdict) ||
        !has(task.dataset.rules, wanted.rule) ||
        !has(task.dataset.severities, wanted.severity);
    }
    const number = articles.filter((task) => !task.hidden).length;
    shown.textContent = `${number} of ${articles.length} tasks are shown`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
})();
