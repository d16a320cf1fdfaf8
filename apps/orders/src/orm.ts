import type { MikroORM } from '@mikro-orm/postgresql';
import {
  migrateService,
  type OpenOrmOptions,
  openServiceOrm,
  type ServiceTables,
} from '@orderbridge/service-kit/database/open-orm';
import { Callback } from './callbacks/callback.entity.ts';
import { Product } from './catalogue/product.entity.ts';
import { StaffException } from './exceptions/exception.entity.ts';
import { Spine20261121000000 } from './migrations/20261121000000-spine.ts';
import { OrdersComplete20261121110000 } from './migrations/20261121110000-orders-complete.ts';
import { Suppliers20261121130000 } from './migrations/20261121130000-suppliers.ts';
import { OrderList20261121140000 } from './migrations/20261121140000-order-list.ts';
import { Overview20261121143000 } from './migrations/20261121143000-overview.ts';
import { CallbackSearch20261121146000 } from './migrations/20261121146000-callback-search.ts';
import { RefundApproval20261121161000 } from './migrations/20261121161000-refund-approval.ts';
import { ListSorts20261121170000 } from './migrations/20261121170000-list-sorts.ts';
import { Invoices20261121182000 } from './migrations/20261121182000-invoices.ts';
import { Overdue20261121183000 } from './migrations/20261121183000-overdue.ts';
import { SupplierEventSubject20261121215000 } from './migrations/20261121215000-supplier-event-subject.ts';
import { SavedViews20261121220000 } from './migrations/20261121220000-saved-views.ts';
import { Order, OrderLine } from './orders/order.entity.ts';
import { Payment } from './payments/payment.entity.ts';
import { Refund } from './payments/refund.entity.ts';
import { StaffMember, StaffSession } from './staff/staff.entity.ts';

/** Every entity is listed here by hand. */
const TABLES: ServiceTables = {
  schema: 'orders',
  applicationName: 'orderbridge-orders',
  entities: [Order, OrderLine, Payment, Refund, Product, Callback, StaffException, StaffMember, StaffSession],
  migrations: [
    Spine20261121000000,
    OrdersComplete20261121110000,
    Suppliers20261121130000,
    OrderList20261121140000,
    Overview20261121143000,
    CallbackSearch20261121146000,
    RefundApproval20261121161000,
    ListSorts20261121170000,
    Invoices20261121182000,
    Overdue20261121183000,
    SupplierEventSubject20261121215000,
    SavedViews20261121220000,
  ],
  migrationLock: 4_711_001,
};

/** Opens the ORM on the schema `orders`. */
export const openOrm = (options: OpenOrmOptions): Promise<MikroORM> => openServiceOrm(TABLES, options);

/** Brings the database to the newest schema; several processes may do so at once. */
export const migrate = (databaseUrl: string): Promise<void> => migrateService(TABLES, databaseUrl);
