// Runs in the page before anything of it, and notes what the browser says about its own work.
(() => {
  const noted = { longTasks: [], events: [], shift: 0, largest: 0 };
  const observe = (type, react, options) =>
    new PerformanceObserver((list) => list.getEntries().forEach(react)).observe({ type, buffered: true, ...options });
  observe("longtask", ({ startTime, duration }) => noted.longTasks.push({ startTime, duration }));
  observe("layout-shift", ({ value, hadRecentInput }) => {
    if (!hadRecentInput) noted.shift += value;
  });
  observe("largest-contentful-paint", ({ startTime }) => {
    noted.largest = startTime;
  });
  observe(
    "event",
    ({ name, startTime, processingStart, duration }) =>
      noted.events.push({ name, startTime, delay: processingStart - startTime, duration }),
    { durationThreshold: 16 },
  );
  const forget = () => {
    noted.longTasks = [];
    noted.events = [];
  };

  // Something counts as drawn after the frame that has it in the document.
  const waiting = new Map();
  const drawn = new Map();
  const look = () => {
    for (const [selector, seen] of waiting) {
      if (document.querySelector(selector) === null) continue;
      waiting.delete(selector);
      requestAnimationFrame(() => setTimeout(() => seen(performance.now())));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
  const expect = (selector) => {
    drawn.set(selector, new Promise((seen) => waiting.set(selector, seen)));
    look();
  };

  let isWatching = false;
  let [frames, gaps] = [[], 0];
  const watchFrames = (gap) => {
    isWatching = true;
    [frames, gaps] = [[], 0];
    let last = performance.now();
    const onFrame = (now) => {
      frames.push(now - last);
      last = now;
      if (document.querySelector(gap) !== null) gaps++;
      if (isWatching) requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  };
  const framesWatched = () => {
    isWatching = false;
    return { frames, gaps };
  };

  const probe = { noted, forget, expect, drawnAt: (selector) => drawn.get(selector), watchFrames, framesWatched };
  for (const type of ["pointerdown", "keydown"])
    addEventListener(type, ({ timeStamp }) => Object.assign(probe, { inputAt: timeStamp }), { capture: true });
  globalThis.probe = probe;
})();
