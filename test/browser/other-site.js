// What a page of another site can try, run by it in the browser; each tells `failed`, or what it got.

const failed = () => 'failed';

/** @type {Record<string, (url: string) => Promise<string>>} */
const WAYS = {
  'a fetch that would read': (url) => fetch(`${url}about`).then(String, failed),

  'a fetch that would act': (url) => {
    const headers = { 'content-type': 'application/json' };
    return fetch(`${url}ask/pause`, { method: 'POST', headers, body: '{}' }).then(String, failed);
  },

  // What comes of it is hidden from whoever asks: only its being refused counts.
  'a request for which no browser asks first': (url) =>
    fetch(`${url}ask/pause`, { method: 'POST', mode: 'no-cors', body: '{}' }).then(failed, failed),

  'an image': (url) => loaded(Object.assign(new Image(), { src: `${url}icon.svg` })),

  'a script': (url) => loaded(Object.assign(document.createElement('script'), { src: `${url}page.js` })),

  'a style sheet': (url) =>
    loaded(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${url}page.css` })),

  'an event source': (url) =>
    new Promise((resolve) => {
      const source = new EventSource(`${url}changes`);
      source.onopen = () => resolve('open');
      source.onerror = () => resolve('failed');
    }),

  // An error's page is loaded, too, and is not the page.
  'a frame': async (url) => {
    const frame = Object.assign(document.createElement('iframe'), { src: url });
    await loaded(frame);
    return frame.contentDocument === null ? 'failed' : 'read';
  },
};

function loaded(element) {
  return new Promise((resolve) => {
    element.onload = () => resolve('loaded');
    element.onerror = () => resolve('failed');
    document.body.append(element);
  });
}

globalThis.attempt = (way, url) => WAYS[way](url);
