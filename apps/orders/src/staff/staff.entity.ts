import { defineEntity, p } from '@mikro-orm/core';
import type { StaffRole } from '@orderbridge/contracts/permissions';

const StaffSchema = defineEntity({
  name: 'StaffMember',
  tableName: 'staff',
  properties: {
    id: p.bigint('number').primary(),
    username: p.string(),
    displayName: p.string(),
    passwordHash: p.string(),
    /** Hash of the password that the environment gave it last; null for accounts that staff made. */
    seededPasswordHash: p.string().nullable(),
    role: p.string().$type<StaffRole>(),
    isActive: p.boolean(),
    createdAt: p.datetime(),
    updatedAt: p.datetime().nullable(),
  },
});

/** A person who may sign in to the admin web. */
export class StaffMember extends StaffSchema.class {}
StaffSchema.setClass(StaffMember);

const SessionSchema = defineEntity({
  name: 'StaffSession',
  tableName: 'staff_sessions',
  properties: {
    id: p.bigint('number').primary(),
    publicId: p.uuid(),
    /** SHA-256 of the cookie's token, hex; the token itself is nowhere. */
    tokenHash: p.string(),
    staffId: p.bigint('number'),
    createdAt: p.datetime(),
    lastSeenAt: p.datetime(),
    expiresAt: p.datetime(),
    source: p.string(),
    /** When the password was checked last in it (ASVS 5.0 V7.5.3). */
    authenticatedAt: p.datetime(),
    userAgent: p.string().nullable(),
  },
});

/** A signed-in browser. */
export class StaffSession extends SessionSchema.class {}
SessionSchema.setClass(StaffSession);
