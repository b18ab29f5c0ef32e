// Names that may be meant, under the box while one types. Without this script the form just sends.
const form = document.querySelector('form[data-suggest]');
const box = form && form.querySelector('input[type=search]');

function listbox() {
  const list = document.createElement('ul');
  list.id = 'hints';
  list.className = 'hints';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.dataset.label);
  form.append(list);
  return list;
}

function option(hint, number) {
  const line = document.createElement('li');
  line.id = `hint-${number}`;
  line.setAttribute('role', 'option');
  line.setAttribute('aria-selected', 'false');
  line.dataset.url = hint.url;
  const kind = document.createElement('span');
  kind.className = 'soft small';
  kind.textContent = hint.kind;
  line.append(`${hint.title} `, kind);
  return line;
}

function watch() {
  const list = listbox();
  let timer = 0;
  let asked = '';
  let chosen = -1;

  function mark(number) {
    const lines = [...list.children];
    chosen = lines.length ? (number + lines.length + 1) % (lines.length + 1) : -1;
    if (chosen === lines.length) chosen = -1; // back in the box
    lines.forEach((line, place) => line.setAttribute('aria-selected', String(place === chosen)));
    if (chosen < 0) box.removeAttribute('aria-activedescendant');
    else box.setAttribute('aria-activedescendant', lines[chosen].id);
  }

  function close() {
    list.hidden = true;
    box.setAttribute('aria-expanded', 'false');
    mark(-1);
  }

  function show(hints) {
    list.textContent = '';
    list.append(...hints.map(option));
    mark(-1);
    list.hidden = hints.length === 0;
    box.setAttribute('aria-expanded', String(hints.length > 0));
  }

  function ask() {
    const typed = box.value.trim();
    if (typed === asked) return;
    asked = typed;
    if (!typed) { close(); list.textContent = ''; return; }
    fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`, { headers: { Accept: 'application/json' } })
      .then((answer) => (answer.ok ? answer.json() : []))
      .then((hints) => { if (typed === asked && document.activeElement === box) show(hints); })
      .catch(close);
  }

  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-expanded', 'false');
  box.setAttribute('aria-controls', list.id);
  box.setAttribute('aria-autocomplete', 'list');
  box.addEventListener('input', (event) => {
    clearTimeout(timer);
    if (!event.isComposing || box.value.length > 1) timer = setTimeout(ask, 180);
  });
  box.addEventListener('keydown', (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === 'ArrowDown') mark(chosen + 1);
    else if (event.key === 'ArrowUp') mark(chosen - 1);
    else if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && chosen >= 0) window.location.assign(list.children[chosen].dataset.url);
    else return;
    event.preventDefault();
  });
  // Pressed, not clicked: the box would lose the focus and close the list first.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const line = event.target.closest('[data-url]');
    if (line) window.location.assign(line.dataset.url);
  });
  box.addEventListener('blur', close);
}

if (box) watch();
