// Draws the place of an area on the picture. Without this file the numbers are typed.

const figure = document.querySelector('.line-menu[data-draw]');
const svg = figure && figure.querySelector('svg');
const boxes = [...document.querySelectorAll('.menu-box[data-box]')];

if (svg && boxes.length) {
  const view = svg.viewBox.baseVal;
  let chosen = 0;
  let start = null;

  const box = () => boxes[chosen];
  const group = (number) => svg.querySelector(`[data-area="${number}"]`);
  const input = (name) => box().querySelector(`[name$="-${name}"]`);

  const choose = (number) => {
    chosen = number;
    boxes.forEach((each, n) => each.classList.toggle('chosen', n === number));
    svg.querySelectorAll('.menu-area').forEach((each) => {
      each.classList.toggle('chosen', Number(each.dataset.area) === number);
    });
  };

  const place = () => {
    const drawn = group(chosen);
    if (!drawn) return;
    const value = (name) => Math.max(0, Math.round(Number(input(name).value) || 0));
    const rect = drawn.querySelector('rect');
    ['x', 'y', 'width', 'height'].forEach((name) => rect.setAttribute(name, value(name)));
    const circle = drawn.querySelector('circle');
    circle.setAttribute('cx', value('x') + 90);
    circle.setAttribute('cy', value('y') + 90);
    drawn.querySelector('text').setAttribute('x', value('x') + 90);
    drawn.querySelector('text').setAttribute('y', value('y') + 118);
  };

  const point = (event) => {
    const seen = svg.getBoundingClientRect();
    const at = (part, size, most) => Math.min(most, Math.max(0, Math.round((part / size) * most)));
    return {
      x: at(event.clientX - seen.left, seen.width, view.width),
      y: at(event.clientY - seen.top, seen.height, view.height),
    };
  };

  const far = (end) => Math.abs(end.x - start.x) > 25 && Math.abs(end.y - start.y) > 25;

  const stretch = (event) => {
    if (!start || !far(point(event))) return;
    const end = point(event);
    input('x').value = Math.min(start.x, end.x);
    input('y').value = Math.min(start.y, end.y);
    input('width').value = Math.max(1, Math.abs(end.x - start.x));
    input('height').value = Math.max(1, Math.abs(end.y - start.y));
    place();
  };

  boxes.forEach((each, number) => {
    each.addEventListener('focusin', () => choose(number));
    each.addEventListener('click', () => choose(number));
    each.addEventListener('input', place);
  });
  svg.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    start = point(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener('pointermove', stretch);
  svg.addEventListener('pointerup', (event) => {
    const under = document.elementsFromPoint(event.clientX, event.clientY)
      .map((each) => each.closest('.menu-area')).find(Boolean);
    if (start && !far(point(event)) && under) choose(Number(under.dataset.area));
    start = null;
  });
  figure.classList.add('drawing');
  const hint = document.querySelector('[data-draw-hint]');
  if (hint) hint.hidden = false;
  choose(boxes.length - 1);
}
