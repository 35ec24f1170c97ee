import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards, UseInterceptors, UsePipes, Version } from "@nestjs/common";
import { Admin, Caching, OwnerGuard, Parse, ToNumber } from "./parts";

const BASE = "users";

@Controller(BASE)
@UseGuards(OwnerGuard)
export class UsersController {
  @Get()
  @UseInterceptors(Caching)
  list(@Query() query: object) {
    return query;
  }

  @Get(["by-name/:name", "named/:name"])
  named(@Query() query: object) {
    return query;
  }

  @Get(":id")
  one(@Param("id", ToNumber) id: number) {
    return id;
  }

  @Post()
  @UsePipes(Parse)
  add(@Body() body: object) {
    return body;
  }

  @Put(":id")
  @Version("2")
  @Admin()
  change(@Query() query: object) {
    return query;
  }

  @Delete(":id")
  @Version(["1", "2"])
  remove(@Query() query: object) {
    return query;
  }
}
