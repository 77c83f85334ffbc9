// Events whose every text is hostile.
'use strict';

const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const NAUGHTY = join(__dirname, '../../../shared/vectors/naughty-strings/blns.json');

/** What breaks out of each place that a text may stand in; each would call `alert`. */
exports.PAYLOADS = [
  '<script>alert(1)</script>',
  '"><script>alert(2)</script>',
  "'><script>alert(3)</script>",
  '</script><script>alert(4)</script>',
  '</title><script>alert(5)</script>',
  '</textarea><script>alert(6)</script>',
  '</pre><script>alert(7)</script>',
  '</noscript><script>alert(8)</script>',
  '</svg><script>alert(9)</script>',
  '</style><script>alert(10)</script>',
  '--><script>alert(11)</script>',
  ']]><script>alert(12)</script>',
  '<img src=x onerror=alert(13)>',
  '"><img src=x onerror=alert(14)>',
  '<img src="https://evil.example/a.png">',
  '<img srcset="https://evil.example/b.png 1x">',
  '<svg onload=alert(15)>',
  '<svg><script>alert(16)</script></svg>',
  '<svg><animate onbegin=alert(17) attributeName=x dur=1s>',
  '<math><mtext><style><img src=x onerror=alert(18)></style></mtext></math>',
  '<body onload=alert(19)>',
  '<input autofocus onfocus=alert(20)>',
  '<details open ontoggle=alert(21)>x</details>',
  '<video src=x onerror=alert(22)></video>',
  '<audio src=x onerror=alert(23)></audio>',
  '<iframe src="javascript:alert(24)"></iframe>',
  '<iframe srcdoc="<script>alert(25)</script>"></iframe>',
  '<object data="https://evil.example/c"></object>',
  '<embed src="https://evil.example/d">',
  '<link rel=stylesheet href="https://evil.example/e.css">',
  '<style>@import "https://evil.example/f.css";</style>',
  '<div style="background:url(https://evil.example/g)">x</div>',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example/h">',
  '<form action="https://evil.example/i"><button>x</button></form>',
  '<a href="javascript:alert(26)">x</a>',
  'javascript:alert(27)',
  'data:text/html,<script>alert(28)</script>',
  '//evil.example/j.js',
  '" onfocus=alert(29) autofocus x="',
  "' onmouseover=alert(30) autofocus onfocus=alert(31) x='",
  '` onfocus=alert(32) autofocus `',
  '<template><script>alert(33)</script></template>',
  '<xss id=x tabindex=1 onfocus=alert(34) autofocus></xss>',
  '<marquee onstart=alert(35)>x</marquee>',
  '{{constructor.constructor("alert(36)")()}}',
  '${alert(37)}',
  '<%= alert(38) %>',
  '&lt;script&gt;alert(39)&lt;/script&gt;',
  '\u202e<script>alert(40)</script>\u2066',
  '=HYPERLINK("https://evil.example/k","x")',
];

/** The payloads, and the naughty strings that lie beside the checkout; whether these do. */
exports.texts = () => {
  const beside = existsSync(NAUGHTY);
  const naughty = beside ? JSON.parse(readFileSync(NAUGHTY, 'utf8')) : [];
  return { texts: [...exports.PAYLOADS, ...naughty], beside };
};

/** An event with this text wherever an event of R4 takes one. */
exports.event = (text, n, patient) => {
  // No string of FHIR is empty, or holds a control character but for white space.
  const said = clean(text) || 'empty';
  const code = said.replace(/\s+/g, ' ').trim() || 'empty';
  const coding = { system: `urn:x:${encodeURIComponent(code).slice(0, 200)}`, code, display: said };
  const concept = { coding: [coding], text: said };
  return {
    resourceType: 'AuditEvent',
    type: coding,
    subtype: [coding],
    action: 'R',
    recorded: new Date(Date.now() - n * 1000).toISOString(),
    outcome: '8',
    outcomeDesc: said,
    purposeOfEvent: [concept, { coding: [{ code: 'BTG', display: said }] }],
    agent: [
      {
        type: concept,
        role: [concept],
        who: { reference: `Practitioner/${n}`, display: said, identifier: { value: said } },
        altId: said,
        name: said,
        requestor: true,
        location: { display: said },
        media: coding,
        network: { address: said, type: '5' },
        purposeOfUse: [concept],
      },
      { name: said, altId: said, requestor: false, who: { display: said } },
    ],
    source: { site: said, observer: { display: said, identifier: { value: said } }, type: [coding] },
    entity: [
      {
        what: { reference: `Patient/${patient}`, display: said },
        role: { ...coding, code: '1' },
        type: { ...coding, code: '1' },
      },
      {
        what: { display: said, identifier: { system: 'urn:x', value: said } },
        name: said,
        description: said,
        lifecycle: coding,
        securityLabel: [coding],
        detail: [{ type: said, valueString: said }],
      },
      { what: { display: said }, query: Buffer.from(said).toString('base64') },
    ],
  };
};

const clean = (text) => text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').trim();
