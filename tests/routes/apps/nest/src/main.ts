import { VersioningType } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
import { Timing, Trim } from "./parts";

export default async function bootstrap(options: object) {
  const app = await NestFactory.create(AppModule, options);
  app.setGlobalPrefix("api", { exclude: ["health"] });
  app.enableVersioning({ type: VersioningType.URI });
  app.useGlobalPipes(new Trim());
  app.useGlobalInterceptors(new Timing());
  return app;
}
