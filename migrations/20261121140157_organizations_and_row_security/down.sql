-- By hand: what belongs to organizations goes with them.
DELETE FROM "plinth"."organizations";
--> statement-breakpoint
DROP POLICY "invitations_read" ON "plinth"."invitations" CASCADE;
--> statement-breakpoint
DROP POLICY "invitations_add" ON "plinth"."invitations" CASCADE;
--> statement-breakpoint
DROP POLICY "invitations_change" ON "plinth"."invitations" CASCADE;
--> statement-breakpoint
DROP POLICY "invitations_remove" ON "plinth"."invitations" CASCADE;
--> statement-breakpoint
DROP POLICY "members_read" ON "plinth"."members" CASCADE;
--> statement-breakpoint
DROP POLICY "members_add" ON "plinth"."members" CASCADE;
--> statement-breakpoint
DROP POLICY "members_change" ON "plinth"."members" CASCADE;
--> statement-breakpoint
DROP POLICY "members_remove" ON "plinth"."members" CASCADE;
--> statement-breakpoint
DROP POLICY "organizations_read" ON "plinth"."organizations" CASCADE;
--> statement-breakpoint
DROP POLICY "organizations_add" ON "plinth"."organizations" CASCADE;
--> statement-breakpoint
DROP POLICY "organizations_change" ON "plinth"."organizations" CASCADE;
--> statement-breakpoint
DROP POLICY "organizations_remove" ON "plinth"."organizations" CASCADE;
--> statement-breakpoint
DROP POLICY "one_time_tokens_read" ON "plinth"."one_time_tokens" CASCADE;
--> statement-breakpoint
DROP POLICY "one_time_tokens_add" ON "plinth"."one_time_tokens" CASCADE;
--> statement-breakpoint
DROP POLICY "one_time_tokens_change" ON "plinth"."one_time_tokens" CASCADE;
--> statement-breakpoint
DROP POLICY "one_time_tokens_remove" ON "plinth"."one_time_tokens" CASCADE;
--> statement-breakpoint
DROP POLICY "api_keys_read" ON "plinth"."api_keys" CASCADE;
--> statement-breakpoint
DROP POLICY "api_keys_add" ON "plinth"."api_keys" CASCADE;
--> statement-breakpoint
DROP POLICY "api_keys_change" ON "plinth"."api_keys" CASCADE;
--> statement-breakpoint
DROP POLICY "api_keys_remove" ON "plinth"."api_keys" CASCADE;
--> statement-breakpoint
DROP POLICY "audit_log_read" ON "plinth"."audit_log" CASCADE;
--> statement-breakpoint
DROP POLICY "audit_log_add" ON "plinth"."audit_log" CASCADE;
--> statement-breakpoint
DROP POLICY "identities_read" ON "plinth"."identities" CASCADE;
--> statement-breakpoint
DROP POLICY "identities_add" ON "plinth"."identities" CASCADE;
--> statement-breakpoint
DROP POLICY "identities_change" ON "plinth"."identities" CASCADE;
--> statement-breakpoint
DROP POLICY "identities_remove" ON "plinth"."identities" CASCADE;
--> statement-breakpoint
DROP POLICY "items_read" ON "plinth"."items" CASCADE;
--> statement-breakpoint
DROP POLICY "items_add" ON "plinth"."items" CASCADE;
--> statement-breakpoint
DROP POLICY "items_change" ON "plinth"."items" CASCADE;
--> statement-breakpoint
DROP POLICY "items_remove" ON "plinth"."items" CASCADE;
--> statement-breakpoint
DROP POLICY "sessions_read" ON "plinth"."sessions" CASCADE;
--> statement-breakpoint
DROP POLICY "sessions_add" ON "plinth"."sessions" CASCADE;
--> statement-breakpoint
DROP POLICY "sessions_change" ON "plinth"."sessions" CASCADE;
--> statement-breakpoint
DROP POLICY "sessions_remove" ON "plinth"."sessions" CASCADE;
--> statement-breakpoint
DROP POLICY "tasks_read" ON "plinth"."tasks" CASCADE;
--> statement-breakpoint
DROP POLICY "tasks_add" ON "plinth"."tasks" CASCADE;
--> statement-breakpoint
DROP POLICY "tasks_change" ON "plinth"."tasks" CASCADE;
--> statement-breakpoint
DROP POLICY "tasks_remove" ON "plinth"."tasks" CASCADE;
--> statement-breakpoint
DROP POLICY "authenticators_read" ON "plinth"."authenticators" CASCADE;
--> statement-breakpoint
DROP POLICY "authenticators_add" ON "plinth"."authenticators" CASCADE;
--> statement-breakpoint
DROP POLICY "authenticators_change" ON "plinth"."authenticators" CASCADE;
--> statement-breakpoint
DROP POLICY "authenticators_remove" ON "plinth"."authenticators" CASCADE;
--> statement-breakpoint
DROP POLICY "recovery_codes_read" ON "plinth"."recovery_codes" CASCADE;
--> statement-breakpoint
DROP POLICY "recovery_codes_add" ON "plinth"."recovery_codes" CASCADE;
--> statement-breakpoint
DROP POLICY "recovery_codes_change" ON "plinth"."recovery_codes" CASCADE;
--> statement-breakpoint
DROP POLICY "recovery_codes_remove" ON "plinth"."recovery_codes" CASCADE;
--> statement-breakpoint
ALTER TABLE "plinth"."one_time_tokens" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."one_time_tokens" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."identities" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."identities" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."items" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."items" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."authenticators" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."authenticators" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."recovery_codes" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."recovery_codes" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."invitations" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."invitations" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."members" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."members" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."organizations" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."organizations" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" DROP CONSTRAINT "api_keys_tenant";
--> statement-breakpoint
ALTER TABLE "plinth"."items" DROP CONSTRAINT "items_tenant";
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" DROP CONSTRAINT "tasks_tenant";
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" DROP CONSTRAINT "api_keys_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "plinth"."items" DROP CONSTRAINT "items_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" DROP CONSTRAINT "tasks_organization_id_organizations_id_fk";
--> statement-breakpoint
DROP INDEX "plinth"."api_keys_organization";
--> statement-breakpoint
DROP INDEX "plinth"."audit_log_organization";
--> statement-breakpoint
DROP INDEX "plinth"."audit_log_organization_time";
--> statement-breakpoint
DROP INDEX "plinth"."items_organization";
--> statement-breakpoint
DROP INDEX "plinth"."tasks_organization";
--> statement-breakpoint
DROP INDEX "plinth"."api_keys_owner";
--> statement-breakpoint
DROP INDEX "plinth"."items_owner";
--> statement-breakpoint
DROP INDEX "plinth"."tasks_owner";
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" ALTER COLUMN "owner_id" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."items" ALTER COLUMN "owner_id" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" ALTER COLUMN "owner_id" SET NOT NULL;
--> statement-breakpoint
CREATE INDEX "api_keys_owner" ON "plinth"."api_keys" USING btree ("owner_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "items_owner" ON "plinth"."items" USING btree ("owner_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "tasks_owner" ON "plinth"."tasks" USING btree ("owner_id","created_at","id");
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" DROP COLUMN "organization_id";
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" DROP COLUMN "organization_id";
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" DROP COLUMN "sequence";
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" DROP COLUMN "hash";
--> statement-breakpoint
ALTER TABLE "plinth"."items" DROP COLUMN "organization_id";
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" DROP COLUMN "organization_id";
--> statement-breakpoint
DROP TABLE "plinth"."invitations" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."members" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."organizations" CASCADE;
--> statement-breakpoint
GRANT UPDATE, DELETE, TRUNCATE ON "plinth"."audit_log" TO CURRENT_USER;
--> statement-breakpoint
DROP FUNCTION "plinth"."organizations_of";
