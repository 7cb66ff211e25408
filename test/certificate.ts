/** A certificate that signs itself, for servers of tests on this machine (RFC 5280). */
import { generateKeyPairSync, sign } from 'node:crypto';

const der = (tag: number, ...parts: readonly (Buffer | number[])[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const object = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const time = (year: number) => der(0x18, Buffer.from(`${year}0101000000Z`));

const commonName = '550403';
const subjectAltName = '551d11';
const basicConstraints = '551d13';
const ecdsaWithSha256 = sequence(object('2a8648ce3d040302'));

/** @param host a name, beside the address 127.0.0.1 */
export function certificate(host = 'localhost') {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(object(commonName), der(0x0c, Buffer.from(host)))));
  const names = sequence(der(0x82, Buffer.from(host)), der(0x87, [127, 0, 0, 1]));
  const signed = sequence(
    der(0xa0, der(0x02, [2])), // version 3
    der(0x02, [1]),
    ecdsaWithSha256,
    name,
    sequence(time(2020), time(2120)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        sequence(object(subjectAltName), der(0x04, names)),
        sequence(object(basicConstraints), der(0x04, sequence(der(0x01, [0xff])))),
      ),
    ),
  );
  const signature = der(0x03, [0], sign('sha256', signed, privateKey));
  const bytes = sequence(signed, ecdsaWithSha256, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${bytes.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}
