// Behaviour of the frame and of lists: keyboard, menus, bulk selection, leaving a form, errors of htmx.
"use strict";
(() => {
  const body = document.body;
  const on = (event, selector, handler) =>
    document.addEventListener(event, (e) => {
      const found = e.target.closest?.(selector);
      if (found) handler(e, found);
    });

  const say = (text, kind = "warning") => {
    const box = document.getElementById("messages");
    if (!box) return;
    const alert = document.createElement("div");
    alert.className = `alert alert-${kind}`;
    alert.textContent = text;
    box.replaceChildren(alert);
    box.scrollIntoView({ block: "nearest" });
  };
  // As core.formats.masking.holds_number: seven digits or more lead to a person.
  const isNumber = (text) => /(?<![0-9０-９A-Za-z])[0-9０-９](?:[\s()（）+＋.．\-–—－]*[0-9０-９]){6,}(?![0-9０-９]|[A-WYZa-wyz])/.test(text);
  window.laborcoop = { say, isNumber };
  on("click", "[data-close]", (e, button) => button.closest("[data-message]").remove());

  // Keyboard: Ctrl+K to the search box, Esc closes menus.
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
      const box = document.getElementById("search");
      if (box) { e.preventDefault(); box.focus(); box.select(); }
    }
    if (e.key === "Escape") {
      const open = document.querySelector("details[data-menu][open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); e.preventDefault(); }
      else leaveForm(e);
    }
  });
  document.addEventListener("click", (e) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(e.target)) menu.open = false;
  });

  // The rail keeps open what this browser opened last, beside the section one is in.
  const sections = [...document.querySelectorAll("details.rail-section")];
  const unfolded = (localStorage.getItem("rail") || "").split(" ");
  for (const section of sections) if (unfolded.includes(section.dataset.section)) section.open = true;
  for (const section of sections) section.querySelector("summary").addEventListener("click", () => setTimeout(() => {
    localStorage.setItem("rail", sections.filter((one) => one.open).map((one) => one.dataset.section).join(" "));
  }));

  // A row opens where its link leads, unless the click was meant for something inside it or selects text.
  on("click", "tr[data-href]", (e, row) => {
    if (e.target.closest("a, button, input, label, summary") || String(getSelection())) return;
    if (e.ctrlKey || e.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  });

  // Bulk selection.
  const countPicked = (form) => {
    const boxes = [...form.querySelectorAll("input[name=ids]")];
    const picked = boxes.filter((box) => box.checked).length;
    const bar = form.querySelector("[data-bulk-bar]");
    if (!bar) return;
    bar.hidden = picked === 0;
    bar.querySelector("[data-bulk-count]").textContent = picked;
    const all = bar.querySelector("[data-bulk-all]");
    all.hidden = picked < boxes.length;
    if (all.hidden) all.querySelector("input").checked = false;
    const page = form.querySelector("[data-bulk-page]");
    page.checked = picked > 0 && picked === boxes.length;
    page.indeterminate = picked > 0 && picked < boxes.length;
  };
  on("change", "form[data-bulk] input", (e, input) => {
    const form = input.form;
    if (input.matches("[data-bulk-page]")) for (const box of form.querySelectorAll("input[name=ids]")) box.checked = input.checked;
    countPicked(form);
  });

  // A box that narrows the cards of its page by what stands on them: no server, no signal needed.
  on("input", "input[data-narrows]", (e, box) => {
    const wanted = box.value.trim().toLowerCase();
    for (const card of document.querySelectorAll(box.dataset.narrows)) card.hidden = !card.textContent.toLowerCase().includes(wanted);
  });

  document.addEventListener("submit", (e) => {
    const question = e.submitter?.dataset.confirm || e.target.dataset.confirm;
    if (question && !confirm(question)) e.preventDefault();
    // What an act asks for goes along with it; nothing said, nothing done.
    const asks = !e.defaultPrevented && e.submitter?.dataset.asks;
    if (!asks) return;
    const said = (prompt(asks) || "").trim();
    if (said) e.target.elements.said.value = said;
    else e.preventDefault();
  });

  // Leaving a form with unsaved typing asks first; sending it once is enough.
  const guarded = () => document.querySelector("form[data-guard][data-dirty]");
  on("input", "form[data-guard]", (e, form) => { form.dataset.dirty = ""; });
  on("submit", "form[data-guard]", (e, form) => {
    if (e.defaultPrevented) return;
    delete form.dataset.dirty;
    if (form.dataset.sent !== undefined) { e.preventDefault(); return; }
    form.dataset.sent = "";
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
  window.addEventListener("beforeunload", (e) => { if (guarded()) e.preventDefault(); });
  const leaveForm = (e) => {
    const form = document.querySelector("form[data-guard]");
    if (!form || !form.dataset.leave || e.defaultPrevented) return;
    if (form.dataset.dirty !== undefined && !confirm(body.dataset.textLeave)) return;
    delete form.dataset.dirty;
    location.assign(form.dataset.leave);
  };

  // htmx: menus that were open stay open across a swap; a failed request says so instead of doing nothing.
  let kept = [];
  document.addEventListener("htmx:beforeSwap", () => {
    kept = [...document.querySelectorAll("details[data-keep][open]")].map((menu) => menu.dataset.keep);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const name of kept) document.querySelector(`details[data-keep="${name}"]`)?.setAttribute("open", "");
  });
  document.addEventListener("htmx:responseError", (e) => {
    const { responseText = "", status } = e.detail.xhr;
    say(status < 500 && responseText && responseText.length < 200 && !responseText.includes("<") ? responseText : body.dataset.textFailed);
  });
  // What asks again by itself (running tasks) is silent about a lost network.
  // A poll is not use: the server's half hour of idle time goes on (core.accounts.middleware).
  document.addEventListener("htmx:configRequest", (e) => {
    if (e.detail.elt.hasAttribute("data-polls")) e.detail.headers["X-Background"] = "1";
    // Such a number goes to the server in a header and not in the address (core.web.sought).
    const text = e.detail.verb === "get" && e.detail.parameters.q;
    if (typeof text === "string" && isNumber(text)) {
      e.detail.headers["X-Sought"] = encodeURIComponent(text);
      delete e.detail.parameters.q;
    }
  });
  document.addEventListener("htmx:sendError", (e) => { if (!e.target.closest("[data-polls]")) say(body.dataset.textOffline); });
  document.addEventListener("htmx:afterSettle", (e) => {
    e.detail.elt.querySelector?.("[autofocus]")?.focus();
  });
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
})();
