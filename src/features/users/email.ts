/** Users: whether a text is an e-mail address, where no route has asked. */
import { Ajv } from 'ajv';
import formats, { type FormatsPlugin } from 'ajv-formats';
import { Email } from './model.ts';

const ajv = new Ajv();
(formats as unknown as FormatsPlugin)(ajv, ['email']);
/** Whether somebody could sign up with this. */
export const isEmail = ajv.compile(Email);
