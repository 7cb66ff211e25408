ALTER TABLE "plinth"."one_time_tokens" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."identities" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."emails" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."authenticators" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."recovery_codes" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP TABLE "plinth"."one_time_tokens" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."api_keys" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."audit_log" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."identities" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."emails" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."authenticators" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."recovery_codes" CASCADE;
--> statement-breakpoint
DROP INDEX "plinth"."users_created";
--> statement-breakpoint
DROP INDEX "plinth"."users_superusers";
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" DROP COLUMN "last_used_at";
--> statement-breakpoint
ALTER TABLE "plinth"."signing_keys" DROP COLUMN "signs_from";
--> statement-breakpoint
ALTER TABLE "plinth"."users" DROP COLUMN "two_factor_enabled";
--> statement-breakpoint
ALTER TABLE "plinth"."revocations" RENAME COLUMN "subject_id" TO "session_id";
