DROP TABLE "plinth"."revocations" CASCADE;
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" DROP COLUMN "generation";
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" DROP COLUMN "refreshed_at";
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" DROP COLUMN "ended_at";
