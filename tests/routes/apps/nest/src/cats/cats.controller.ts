import { All, Controller, Get, Post, Query } from "@nestjs/common";

@Controller("cats")
export class CatsController {
  @Get("open")
  open(@Query() query: object) {
    return query;
  }

  @Post()
  add(@Query() query: object) {
    return query;
  }

  @All("any")
  any(@Query() query: object) {
    return query;
  }
}
