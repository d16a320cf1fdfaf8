import type { palette as zh, paletteGroup as zhGroup, views as zhViews } from '../zh-CN/palette.ts';
import type { Texts } from '../texts.ts';

export const palette: Texts<typeof zh> = {
  open: 'Find an order or a page (Ctrl+K)',
  title: 'Find and go',
  hint: 'Order no., Haier no., last 4 of a phone, or a page',
  results: 'Results',
  searchOrders: 'Search the order list for "{{text}}"',
  searching: 'Looking for orders…',
  noOrder: 'No such order found',
  leave: 'close',
  choose: 'choose',
  go: 'open',
};

export const paletteGroup: Texts<typeof zhGroup> = {
  orders: 'Orders',
  rooms: 'Pages',
  actions: 'Actions',
};

export const views: Texts<typeof zhViews> = {
  label: 'Saved views',
  all: 'All',
  save: 'Save as a view',
  name: 'Name of the view',
  keep: 'Save',
  remove: 'Delete view "{{name}}"',
};
