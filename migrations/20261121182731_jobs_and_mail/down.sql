DROP SCHEMA "plinth_queue" CASCADE;
--> statement-breakpoint
DROP INDEX "plinth"."emails_state";
--> statement-breakpoint
ALTER TABLE "plinth"."emails" DROP COLUMN "kind";
--> statement-breakpoint
ALTER TABLE "plinth"."emails" DROP COLUMN "state";
--> statement-breakpoint
ALTER TABLE "plinth"."emails" DROP COLUMN "attempts";
--> statement-breakpoint
ALTER TABLE "plinth"."emails" DROP COLUMN "error";
--> statement-breakpoint
DROP TABLE "plinth"."job_logs" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."job_progress" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."jobs" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."email_suppressions" CASCADE;
