/** Accounts: the verbs, each in the file of what it is about. */
export { addressChangedLetter, passwordChangedLetter } from './letters.ts';
export { login } from './login.ts';
export { forgetTokens } from './one-time-tokens.ts';
export { changePassword } from './password.ts';
export { confirmEmail, removeMe, updateProfile } from './profile.ts';
export { requestPasswordReset, resetLetter, resetPassword } from './recovery.ts';
export { signUp } from './sign-up.ts';
export { resendVerification, verifyEmail } from './verification.ts';
