// What a PDF says, as pdf.js reads it: the text of its tags, without what only a page has.
'use strict';

exports.pdf = async function pdf(bytes) {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const document = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  const pages = [];
  for (let n = 1; n <= document.numPages; n += 1) {
    const page = await document.getPage(n);
    const { items, lang } = await page.getTextContent({ includeMarkedContent: true });
    pages.push({ text: ofTags(items), all: items.map(({ str = '' }) => str).join(' '), lang });
  }
  const { info } = await document.getMetadata();
  const { Marked: tagged } = (await document.getMarkInfo()) ?? {};
  const tree = await (await document.getPage(1)).getStructTree();
  await document.destroy();
  return { pages, title: info.Title, language: info.Language, tagged, tree };
};

/** Running titles and page numbers are artifacts, and no part of the text (PDF/UA-1, 7.8). */
function ofTags(items) {
  const open = [];
  let text = '';
  for (const item of items) {
    if (item.type?.startsWith('beginMarkedContent')) open.push(item.tag);
    else if (item.type === 'endMarkedContent') open.pop();
    else if (!open.includes('Artifact')) text += `${item.str}${item.hasEOL ? '\n' : ''}`;
  }
  return text;
}
