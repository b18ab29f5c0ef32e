// Sends the one form of this page at once. Without this file its button does.
const form = document.querySelector('form[data-send-now]');
if (form) form.submit();
