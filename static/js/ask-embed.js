// Puts the city's bot on any page by one tag:
//   <script src="https://PORTAL/ask/embed.js" defer></script>
// data-label, data-language (ja, en) and data-into (a selector) are optional. Nothing is stored and
// nothing is asked of the portal until somebody opens it. The page's CSP needs the portal in
// script-src and frame-src, nothing more: styles are set by script, not written into the page.
(() => {
  const own = document.currentScript;
  if (!own) return;
  const portal = new URL(own.src).origin;
  const language = own.dataset.language || (document.documentElement.lang.startsWith('en') ? 'en' : 'ja');
  const words = language === 'en'
    ? { open: 'Ask the city', close: 'Close', page: 'Open as a page' }
    : { open: '市に質問する', close: '閉じる', page: 'ページで開く' };
  const address = `${portal}/ask/embedded?in=${language}`;

  function made(name, text, look, about = {}) {
    const element = document.createElement(name);
    element.textContent = text;
    Object.assign(element.style, look);
    Object.entries(about).forEach(([key, value]) => element.setAttribute(key, value));
    return element;
  }

  const plain = { font: '16px/1.5 sans-serif', minHeight: '44px', borderRadius: '8px', cursor: 'pointer' };
  const strong = { ...plain, padding: '8px 16px', border: '2px solid #004c59', background: '#004c59', color: '#fff' };
  const soft = { ...plain, padding: '8px 12px', border: '2px solid #004c59', background: '#fff', color: '#004c59' };
  const fixed = { position: 'fixed', right: '16px', bottom: '16px', zIndex: 2147483000 };

  const into = own.dataset.into && document.querySelector(own.dataset.into);
  const button = made('button', own.dataset.label || words.open, into ? strong : { ...strong, ...fixed },
    { type: 'button', 'aria-haspopup': 'dialog', 'data-mado-ask': '' });
  const dialog = made('dialog', '', {
    width: 'min(480px, 100vw)', height: 'min(720px, 100dvh)', maxWidth: '100vw', maxHeight: '100dvh',
    padding: '0', border: '0', borderRadius: '12px', overflow: 'hidden', background: '#fff',
  }, { 'aria-label': words.open });
  const bar = made('div', '', { display: 'flex', gap: '8px', justifyContent: 'flex-end', alignItems: 'center', padding: '8px', height: '64px', boxSizing: 'border-box' });
  const away = made('a', words.page, { font: '16px/1.5 sans-serif', color: '#004c59', marginRight: 'auto', padding: '8px' },
    { href: `${portal}/ask` });
  const close = made('button', words.close, soft, { type: 'button' });
  bar.append(away, close);
  dialog.append(bar);

  button.addEventListener('click', () => {
    if (!dialog.showModal) { location.assign(away.href); return; } // iOS before 15.4
    if (!dialog.querySelector('iframe')) {
      dialog.append(made('iframe', '', { display: 'block', width: '100%', height: 'calc(100% - 64px)', border: '0' },
        { src: address, title: words.open, referrerpolicy: 'origin' }));
    }
    dialog.showModal(); // keeps the focus inside, closes on Esc, gives the focus back
  });
  close.addEventListener('click', () => dialog.close());
  // Esc pressed inside the frame does not reach this page; the frame passes it on.
  addEventListener('message', (event) => {
    if (event.origin === portal && event.data === 'mado-ask-close') dialog.close();
  });

  (into || document.body).append(button);
  document.body.append(dialog);
})();
