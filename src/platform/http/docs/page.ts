/** The HTML around Swagger UI and ReDoc: no inline script or style, so the strict policy holds. */

export const assetPath = (file: string) => `/docs/assets/${file}`;

/** A page that shows the API in the element `id`, with these style sheets and scripts. */
export function page(
  title: string,
  id: string,
  styles: readonly string[],
  scripts: readonly string[],
): string {
  const links = [...styles, 'page.css'].map(
    (file) => `<link rel="stylesheet" href="${assetPath(file)}">`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
${links.join('\n')}
</head>
<body>
<noscript>This page needs JavaScript; <a href="/openapi.json">the description itself</a> does not.</noscript>
<main id="${id}"></main>
${scripts.map((file) => `<script src="${assetPath(file)}"></script>`).join('\n')}
</body>
</html>
`;
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
