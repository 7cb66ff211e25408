/** What is used of MJML, which comes without types. */
declare module 'mjml' {
  export default function mjml2html(
    source: string,
    options: {
      readonly filePath: string;
      readonly validationLevel: 'strict';
      readonly keepComments: boolean;
      readonly fonts: Readonly<Record<string, string>>;
    },
  ): Promise<{ readonly html: string }>;
}
