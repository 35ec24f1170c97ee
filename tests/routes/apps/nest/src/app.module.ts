import { MiddlewareConsumer, Module, NestModule, RequestMethod } from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { AdminController } from "./admin.controller";
import { HealthController } from "./health.controller";
import { CatsOnly, EveryRequest, JwtGuard, Named, WritesOnly } from "./parts";
import { UsersController } from "./users.controller";
import { CatsModule } from "./cats/cats.module";
import { CatsController } from "./cats/cats.controller";

@Module({
  imports: [CatsModule],
  controllers: [HealthController, UsersController, AdminController],
  providers: [{ provide: APP_GUARD, useClass: JwtGuard }],
})
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(EveryRequest).forRoutes("{*path}");
    consumer.apply(WritesOnly).forRoutes({ path: "users", method: RequestMethod.POST });
    consumer
      .apply(CatsOnly, Named)
      .exclude({ path: "cats/open", method: RequestMethod.GET })
      .forRoutes(CatsController);
  }
}
