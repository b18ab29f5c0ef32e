// Inside the frame: the key that closes the dialog around us is pressed here, so we pass it on.
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && parent !== window) parent.postMessage('mado-ask-close', '*');
});
