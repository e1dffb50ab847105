/* Flöde by keyboard. Everything here is also done by the page's forms and links; without this file nothing is missing
   but the shortcuts. They act while no field has the focus and can be turned off (WCAG 2.1.4). */
"use strict";
(() => {
  const form = document.getElementById("urval");
  if (!form) return;
  const OFF = "kortkommandon-av", PLACE = "triage-plats";
  const list = document.getElementById("kortkommandon"), toggle = document.getElementById("kort-av");
  const links = [...form.querySelectorAll(".inlagg .rubrik a")];
  const box = (link) => link.closest(".inlagg").querySelector("input[name=inlagg]");
  const boxes = links.map(box);
  const here = () => links.findIndex((link) => link.closest(".inlagg").contains(document.activeElement));
  const say = (text) => { document.getElementById("sagt").textContent = text; };
  const off = () => localStorage.getItem(OFF) === "1";
  const label = () => { toggle.textContent = off() ? toggle.dataset.pa : toggle.dataset.av; };
  const button = (value) => form.querySelector(`button[name=gor][value=${value}]`);

  /* Where to go on after the page has been loaded anew: the post after the last one acted on, or the same one. */
  const remember = (link, next) => sessionStorage.setItem(PLACE, JSON.stringify({
    at: links.indexOf(link), href: (next || link).getAttribute("href"),
  }));

  function resume() {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) || "null");
    sessionStorage.removeItem(PLACE);
    const told = document.getElementById("utfall");
    const link = kept && (links.find((one) => one.getAttribute("href") === kept.href) || told && links[Math.min(kept.at, links.length - 1)]);
    if (link) link.focus();
    else if (told) told.focus();
    if (told) setTimeout(() => say([...told.querySelectorAll("p, li")].map((one) => one.textContent.trim()).join(" ")), 100);
  }

  function act(value, step) {
    const at = links[here()];
    if (!boxes.some((one) => one.checked)) {
      if (!at) return;
      box(at).checked = true;
    }
    if (step) form.elements.steg.value = step;
    const last = boxes.findLastIndex((one) => one.checked);
    remember(at || links[last], links[Math.max(last, here()) + 1]);
    form.requestSubmit(button(value));
  }

  const move = (by) => {
    const from = here();
    links[Math.max(0, Math.min(links.length - 1, from < 0 ? 0 : from + by))].focus();
  };
  const open = (fragment) => {
    const at = links[here()];
    if (!at) return;
    remember(at);
    location.assign(at.href + fragment);
  };
  const choose = () => {
    const at = links[here()];
    if (at) box(at).click();
  };
  const all = () => {
    const none = boxes.some((one) => !one.checked);
    boxes.forEach((one) => { one.checked = none; });
    count();
  };
  const undo = () => {
    const back = document.getElementById("angra");
    if (!back) return;
    if (links[here()]) remember(links[here()]);
    back.requestSubmit();
  };
  const help = () => {
    list.open = !list.open;
    if (list.open) list.querySelector("summary").focus();
  };
  const count = () => say(`${form.dataset.valda}: ${boxes.filter((one) => one.checked).length}`);

  const KEYS = {
    j: () => move(1), k: () => move(-1), o: () => open(""), x: choose, a: all, e: () => act("done"),
    i: () => act("not-about"), t: () => act("steg", "acknowledged"), b: () => act("steg", "answered"),
    r: () => open("#svar"), z: undo, "/": () => document.getElementById("sok").focus(), "?": help,
  };
  const ARROWS = { ArrowDown: KEYS.j, ArrowUp: KEYS.k };

  document.addEventListener("keydown", (event) => {
    if (off() || event.ctrlKey || event.metaKey || event.altKey || event.repeat && !"jk".includes(event.key)) return;
    const field = event.target.closest("input:not([type=checkbox]), select, textarea");
    const does = field ? null : KEYS[event.key] || (here() >= 0 ? ARROWS[event.key] : null);
    if (!does) return;
    event.preventDefault();
    does();
  });
  form.addEventListener("change", (event) => { if (event.target.name === "inlagg") count(); });
  links.forEach((link) => link.addEventListener("click", () => remember(link)));
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formAction.endsWith("/flode/urval")) {
      if (sent) event.preventDefault();
      sent = true;
    }
  });
  window.addEventListener("pageshow", () => { sent = false; });
  toggle.addEventListener("click", () => {
    if (off()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    label();
    say(toggle.dataset[off() ? "avslaget" : "paslaget"]);
  });
  label();
  list.hidden = false;
  /* The address leads those without scripts to what came of it; here the focus stays with the posts. */
  if (location.hash === "#utfall") history.replaceState(history.state, "", location.pathname + location.search);
  addEventListener("load", () => setTimeout(resume));
})();
