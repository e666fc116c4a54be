import type { ErrorTable } from './entry.ts';

/** HS-13xx: the room entitlement. */
export const ENTITLEMENT_ERRORS = {
  'HS-1301': {
    title: 'Not entitled',
    cause: 'The license does not cover the tier that was asked for, or a license is needed and none was given.',
    hint: 'Pass --license FILE with a license for that tier, or choose a tier that yours covers.',
    exit: 77,
    http: 403,
  },
  'HS-1302': {
    title: 'License not valid yet',
    cause: 'The license begins in the future, by this machine’s clock.',
    hint: 'Check the clock of this machine; if it is right, wait until the date named in the message.',
    exit: 77,
    http: 401,
  },
  'HS-1303': {
    title: 'License expired',
    cause:
      'The license and its grace period are over. What runs goes on running; new installs and upgrades need a new license.',
    hint: 'Ask your vendor for a renewed license and pass it with --license FILE. Rollback, validate and verify still work.',
    exit: 77,
    http: 401,
  },
  'HS-1304': {
    title: 'Clock suspect',
    cause: 'This machine’s clock stands before a time that the vendor already signed, so dates cannot be judged.',
    hint: 'Set the clock (NTP) and run the command again. Running mechanisms are not affected.',
    exit: 77,
    http: 401,
  },
  'HS-1305': {
    title: 'License in its grace period',
    cause:
      'The license expired a short time ago. Upgrades still work; enlarging a cluster or a first installation does not.',
    hint: 'Ask your vendor for a renewed license before the date named in the message.',
    exit: 77,
    http: 403,
  },
  'HS-1306': {
    title: 'License is not genuine',
    cause:
      'The token is malformed, signed by a key that the vendor does not publish, for another audience, or altered.',
    hint: 'Use the license file exactly as your vendor sent it.',
    exit: 77,
    http: 401,
  },
  'HS-1307': {
    title: 'License revoked',
    cause: 'The vendor withdrew this license by its serial number.',
    hint: 'Ask your vendor for another license; what runs goes on running.',
    exit: 77,
    http: 401,
  },
  'HS-1308': {
    title: 'License terms are impossible',
    cause: 'A license was to be issued with an empty customer, a date order that cannot hold or a number out of range.',
    hint: 'Correct the term named in the message.',
    exit: 64,
    http: 400,
  },
  'HS-1309': {
    title: 'License keys are malformed',
    cause: 'The signed list of license keys does not have the form that this version understands.',
    hint: 'Update this program; if it is current, report the vendor’s release as broken.',
    exit: 80,
    http: 500,
  },
  'HS-1310': {
    title: 'License superseded',
    cause: 'This installation has used a later license of the same customer, so an earlier one counts no more here.',
    hint: 'Pass the newest license that your vendor sent you. Rollback, validate and verify still work.',
    exit: 77,
    http: 403,
  },
} as const satisfies ErrorTable;
