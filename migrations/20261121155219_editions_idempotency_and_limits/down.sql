DROP POLICY "idempotency_keys_read" ON "plinth"."idempotency_keys" CASCADE;
--> statement-breakpoint
DROP POLICY "idempotency_keys_add" ON "plinth"."idempotency_keys" CASCADE;
--> statement-breakpoint
DROP POLICY "idempotency_keys_change" ON "plinth"."idempotency_keys" CASCADE;
--> statement-breakpoint
DROP POLICY "idempotency_keys_remove" ON "plinth"."idempotency_keys" CASCADE;
--> statement-breakpoint
ALTER TABLE "plinth"."idempotency_keys" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."idempotency_keys" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP INDEX "plinth"."items_created";
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" DROP COLUMN "version";
--> statement-breakpoint
ALTER TABLE "plinth"."items" DROP COLUMN "version";
--> statement-breakpoint
ALTER TABLE "plinth"."members" DROP COLUMN "version";
--> statement-breakpoint
ALTER TABLE "plinth"."organizations" DROP COLUMN "version";
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" DROP COLUMN "version";
--> statement-breakpoint
ALTER TABLE "plinth"."users" DROP COLUMN "version";
--> statement-breakpoint
DROP TABLE "plinth"."idempotency_keys" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."limit_counts" CASCADE;
