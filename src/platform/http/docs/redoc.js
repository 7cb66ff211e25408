/** Starts ReDoc. */
/* global Redoc */

// ReDoc's footer asks another host for a logo, and has no option against it: its images stay empty.
const { createElement } = document;
document.createElement = (name, options) =>
  createElement.call(document, name === 'img' ? 'span' : name, options);

const fontFamily = 'system-ui, sans-serif';
const options = {
  // The search runs in a worker made from a blob, which the policy of the page forbids.
  disableSearch: true,
  nativeScrollbars: true,
  expandResponses: '200,201',
  theme: { typography: { fontFamily, headings: { fontFamily } } },
};
Redoc.init('/openapi.json', options, document.querySelector('#redoc'));
