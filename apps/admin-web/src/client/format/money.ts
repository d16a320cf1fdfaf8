export { formatFen } from '@orderbridge/contracts/money';
