// A Chromium with the system libraries that it needs, so that no machine needs more than its C
// library: the package has them with it, and unpacks them where it believes to be on AWS.
'use strict';

const { chromium } = require('playwright-core');

exports.browser = async function browser(folder) {
  const before = { ...process.env };
  process.env.TMPDIR = folder;
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    const executablePath = await packed.executablePath();
    const env = { ...process.env };
    return await chromium.launch({ executablePath, args: ['--no-sandbox'], headless: true, env });
  } finally {
    for (const name of Object.keys(process.env)) {
      if (before[name] === undefined) delete process.env[name];
    }
    Object.assign(process.env, before);
  }
};
