DROP TABLE "plinth"."items" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."sessions" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."tasks" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."signing_keys" CASCADE;
--> statement-breakpoint
DROP TABLE "plinth"."users" CASCADE;
