// Runs Lighthouse as it comes (mobile, simulated slow 4G) over pages told on standard input:
// {chrome, runs, pages: [{name, url, cookie}]}; prints one JSON line a run.
import fs from 'node:fs';
import * as chromeLauncher from 'chrome-launcher';
import lighthouse from 'lighthouse';

const FLAGS = ['--headless=new', '--no-sandbox'];
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const TIMES = {
  fcp: 'first-contentful-paint',
  lcp: 'largest-contentful-paint',
  tbt: 'total-blocking-time',
  answer: 'server-response-time',
  bytes: 'total-byte-weight',
};
const told = JSON.parse(fs.readFileSync(0, 'utf8'));

// Chromium's trace is sometimes empty on a busy machine; Lighthouse then asks to be run again.
async function looked(page, again = 3) {
  const chrome = await chromeLauncher.launch({ chromePath: told.chrome, chromeFlags: FLAGS });
  const { lhr } = await lighthouse(page.url, {
    port: chrome.port,
    onlyCategories: CATEGORIES,
    logLevel: 'error',
    extraHeaders: page.cookie ? { Cookie: page.cookie } : undefined,
  });
  await chrome.kill();
  return lhr.runtimeError && again ? looked(page, again - 1) : lhr;
}

for (const page of told.pages) {
  for (let run = 0; run < told.runs; run += 1) {
    const lhr = await looked(page);
    const found = { name: page.name, fault: lhr.runtimeError?.message ?? '' };
    for (const one of CATEGORIES) found[one] = lhr.categories[one].score;
    for (const [name, audit] of Object.entries(TIMES)) found[name] = lhr.audits[audit].numericValue;
    found.slowdown = lhr.configSettings.throttling.cpuSlowdownMultiplier;
    found.network = lhr.configSettings.throttling;
    found.machine = lhr.environment.benchmarkIndex;
    console.log(JSON.stringify(found));
  }
}
