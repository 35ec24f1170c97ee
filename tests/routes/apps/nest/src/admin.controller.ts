import { Controller, Get, Query } from "@nestjs/common";
import { Admin } from "./parts";

class Crud {
  @Get("all")
  all(@Query() query: object) {
    return query;
  }
}

@Admin()
@Controller({ path: "admin", version: "1" })
export class AdminController extends Crud {
  @Get("stats")
  stats(@Query() query: object) {
    return query;
  }
}
