import { applyDecorators, CanActivate, Injectable, NestInterceptor, PipeTransform, UseGuards } from "@nestjs/common";

/** Says that it ran, to whoever asks. */
function ran(part: object) {
  (globalThis as any).ran?.push(part.constructor.name);
}

class Guard implements CanActivate {
  canActivate() {
    ran(this);
    return true;
  }
}
class Interceptor implements NestInterceptor {
  intercept(_context: any, next: any) {
    ran(this);
    return next.handle();
  }
}
class Pipe implements PipeTransform {
  transform(value: any) {
    ran(this);
    return value;
  }
}
class Middleware {
  use(_request: any, _response: any, next: () => void) {
    ran(this);
    next();
  }
}

@Injectable()
export class JwtGuard extends Guard {}
@Injectable()
export class RolesGuard extends Guard {}
@Injectable()
export class OwnerGuard extends Guard {}
export class Timing extends Interceptor {}
export class Caching extends Interceptor {}
export class Trim extends Pipe {}
export class Parse extends Pipe {}
export class ToNumber extends Pipe {}
export class EveryRequest extends Middleware {}
export class WritesOnly extends Middleware {}
export class CatsOnly extends Middleware {}
export class Named extends Middleware {}

export const Admin = () => applyDecorators(UseGuards(RolesGuard));
